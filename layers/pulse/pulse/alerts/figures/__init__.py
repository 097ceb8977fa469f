"""What alerts come to: by hour, day, device, period and tenant."""
