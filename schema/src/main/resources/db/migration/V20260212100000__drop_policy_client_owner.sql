-- Ownership of a policy client is read on-chain (INewtonPolicyClient.getOwner()); a copy here could only be stale.

DROP TABLE policy_client_owner;
