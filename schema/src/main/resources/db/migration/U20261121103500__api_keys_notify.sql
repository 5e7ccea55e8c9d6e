-- Back to gateway instances that learn of changed keys by asking.

DROP TRIGGER api_keys_set_updated_at ON api_keys;
CREATE TRIGGER api_keys_set_updated_at
    BEFORE UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION gateway_set_updated_at();

DROP TRIGGER api_keys_notify_update ON api_keys;
DROP TRIGGER api_keys_notify_truncate ON api_keys;
DROP TRIGGER api_keys_notify_insert_delete ON api_keys;
DROP FUNCTION api_keys_notify();
