-- Run once by a superuser: gwdb prerequisites apply
CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; -- UUID generation
CREATE EXTENSION IF NOT EXISTS pgcrypto; -- cryptographic functions
CREATE EXTENSION IF NOT EXISTS age; -- Apache AGE, graphs
