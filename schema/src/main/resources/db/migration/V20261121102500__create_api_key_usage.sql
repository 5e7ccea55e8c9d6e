-- Requests per key and day, for quotas and reports. Apart from api_keys, because it is written every few seconds.

CREATE TABLE api_key_usage (
    api_key_id UUID NOT NULL,
    usage_date DATE NOT NULL,
    request_count BIGINT NOT NULL,
    CONSTRAINT api_key_usage_pkey PRIMARY KEY (api_key_id, usage_date),
    CONSTRAINT api_key_usage_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
    CONSTRAINT api_key_usage_request_count_range CHECK (request_count >= 0)
);

CREATE INDEX idx_api_key_usage_date ON api_key_usage (usage_date);

COMMENT ON TABLE api_key_usage IS 'Requests per API key and day; days without requests have no row.';
COMMENT ON COLUMN api_key_usage.api_key_id IS 'The key; its usage goes with it.';
COMMENT ON COLUMN api_key_usage.usage_date IS 'The day in UTC.';
COMMENT ON COLUMN api_key_usage.request_count IS 'Requests granted on that day.';
