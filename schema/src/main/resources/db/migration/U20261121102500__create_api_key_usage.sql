-- The recorded usage is lost.

DROP TABLE api_key_usage;
