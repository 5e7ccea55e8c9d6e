-- By hand only: deletes every encrypted reference.

DROP TABLE encrypted_data_refs;
