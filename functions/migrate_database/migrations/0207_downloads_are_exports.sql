-- What was handed over at once stands among the exports as well: what has left is seen in one place.

ALTER TABLE exports ADD COLUMN IF NOT EXISTS at_once boolean NOT NULL DEFAULT false;
