-- The record of changes is lost.

DROP TABLE api_key_change;
