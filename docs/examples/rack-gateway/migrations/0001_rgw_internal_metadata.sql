-- A single row, which says what kind of database this is: reset-db asks it first.
CREATE TABLE rgw_internal_metadata (
    id BOOLEAN PRIMARY KEY DEFAULT true CHECK (id),
    environment VARCHAR(32) NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
