"""E-mail: through Amazon SES, or a mail server of the customer's own."""
