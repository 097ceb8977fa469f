-- A term that would end before it began is refused by the name of what it breaks.

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_constraint
               WHERE conrelid = 'subscriptions'::regclass AND conname = 'subscriptions_check2') THEN
        ALTER TABLE subscriptions RENAME CONSTRAINT subscriptions_check2 TO subscriptions_term_in_order;
    END IF;
END
$$;
