"""What happens, told at once to those who look: tickets, subscriptions and the broadcast over WebSockets."""
