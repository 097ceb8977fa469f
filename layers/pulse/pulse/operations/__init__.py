"""Operations: is the system well, and who did what."""
