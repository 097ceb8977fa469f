-- One page of the application asks up to fifteen times, so that 100 requests a minute stopped a person who walks briskly.
-- What an operator has set stays.

UPDATE limits SET default_rates = '300:60', version = version + 1 WHERE name = 'api_user' AND default_rates = '100:60';
