-- The environment marker is lost.

DROP TABLE gateway_metadata;
