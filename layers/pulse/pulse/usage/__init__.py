"""What each tenant uses: messages, readings, notifications, API calls, storage, and what that may be worth."""
