CREATE TEXT SEARCH DICTIONARY my_simple (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION my_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION my_english ALTER MAPPING FOR asciiword, word WITH my_simple, english_stem;
ALTER TEXT SEARCH CONFIGURATION my_english DROP MAPPING FOR email;
CREATE TABLE texts (t text);
CREATE INDEX texts_search ON texts USING gin (to_tsvector('my_english', t));
COMMENT ON TEXT SEARCH CONFIGURATION my_english IS 'ours';
COMMENT ON TEXT SEARCH DICTIONARY my_simple IS 'ours too';
