"""Commands: what people tell devices to do, on its way there and back."""
