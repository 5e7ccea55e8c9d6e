-- By hand only: deletes every policy client secret and recorded owner.

DROP TABLE policy_client_owner;
DROP TABLE policy_client_secret;
