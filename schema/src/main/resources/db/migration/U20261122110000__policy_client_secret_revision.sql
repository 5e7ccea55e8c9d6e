-- Back to secrets whose last writer wins.

ALTER TABLE policy_client_secret DROP COLUMN revision;
