-- By hand only: deletes every API key.

DROP TABLE api_keys;
DROP FUNCTION gateway_set_updated_at();
