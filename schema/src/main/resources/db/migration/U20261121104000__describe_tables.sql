-- The first five migrations left their tables without comments.

COMMENT ON TABLE api_keys IS NULL;
COMMENT ON COLUMN api_keys.id IS NULL;
COMMENT ON COLUMN api_keys.user_id IS NULL;
COMMENT ON COLUMN api_keys.address IS NULL;
COMMENT ON COLUMN api_keys.name IS NULL;
COMMENT ON COLUMN api_keys.permissions IS NULL;
COMMENT ON COLUMN api_keys.is_active IS NULL;
COMMENT ON COLUMN api_keys.created_at IS NULL;
COMMENT ON COLUMN api_keys.updated_at IS NULL;
COMMENT ON TABLE policy_client_secret IS NULL;
COMMENT ON COLUMN policy_client_secret.policy_client_address IS NULL;
COMMENT ON COLUMN policy_client_secret.policy_data_address IS NULL;
COMMENT ON COLUMN policy_client_secret.envelope IS NULL;
COMMENT ON COLUMN policy_client_secret.created_at IS NULL;
COMMENT ON COLUMN policy_client_secret.updated_at IS NULL;
COMMENT ON TABLE encrypted_data_refs IS NULL;
COMMENT ON COLUMN encrypted_data_refs.id IS NULL;
COMMENT ON COLUMN encrypted_data_refs.sender_address IS NULL;
COMMENT ON COLUMN encrypted_data_refs.policy_client_address IS NULL;
COMMENT ON COLUMN encrypted_data_refs.recipient_pubkey IS NULL;
COMMENT ON COLUMN encrypted_data_refs.envelope IS NULL;
COMMENT ON COLUMN encrypted_data_refs.created_at IS NULL;
COMMENT ON FUNCTION gateway_set_updated_at() IS NULL;
