-- Says what everything from the first five migrations means; here, because adopted databases ran those elsewhere.

COMMENT ON TABLE api_keys IS 'API keys of the gateway, several per user, stored as hashes.';
COMMENT ON COLUMN api_keys.id IS 'Identifies the key for life, also when its value is rotated.';
COMMENT ON COLUMN api_keys.user_id IS
    'Owner: an id in the dashboard''s table "user", enforced where that table exists.';
COMMENT ON COLUMN api_keys.address IS 'Ethereum address of the owner, 20 bytes.';
COMMENT ON COLUMN api_keys.name IS 'Name given by the owner; need not be unique.';
COMMENT ON COLUMN api_keys.permissions IS
    'JSON array of permission strings: admin, rpc, rpc_read, rpc_write or scope:resource:action.';
COMMENT ON COLUMN api_keys.is_active IS 'False for keys that are switched off or revoked.';
COMMENT ON COLUMN api_keys.created_at IS 'When the key was issued.';
COMMENT ON COLUMN api_keys.updated_at IS
    'When the key was last changed; kept by trigger, use of the key does not count.';

COMMENT ON TABLE policy_client_secret IS 'Encrypted secrets that a policy client hands to its policy data.';
COMMENT ON COLUMN policy_client_secret.policy_client_address IS 'Contract address of the policy client, 20 bytes.';
COMMENT ON COLUMN policy_client_secret.policy_data_address IS 'Contract address of the policy data, 20 bytes.';
COMMENT ON COLUMN policy_client_secret.envelope IS 'The secret, encrypted as encryption_version says.';
COMMENT ON COLUMN policy_client_secret.created_at IS 'When the secret was first stored.';
COMMENT ON COLUMN policy_client_secret.updated_at IS 'When the secret was last replaced; kept by its writer.';

COMMENT ON TABLE encrypted_data_refs IS
    'HPKE-encrypted data that only its recipient can open; looked up by id within its scope.';
COMMENT ON COLUMN encrypted_data_refs.id IS 'The reference that is handed out.';
COMMENT ON COLUMN encrypted_data_refs.sender_address IS 'Ethereum address of the sender, 20 bytes.';
COMMENT ON COLUMN encrypted_data_refs.policy_client_address IS 'Contract address of the policy client, 20 bytes.';
COMMENT ON COLUMN encrypted_data_refs.recipient_pubkey IS 'X25519 public key of the recipient, 32 bytes.';
COMMENT ON COLUMN encrypted_data_refs.envelope IS
    'UTF-8 JSON exactly as received, because signatures cover its bytes; 1 byte to 1 MiB.';
COMMENT ON COLUMN encrypted_data_refs.created_at IS 'When the reference was stored.';

COMMENT ON FUNCTION gateway_set_updated_at() IS 'Sets updated_at to the start of the transaction.';
