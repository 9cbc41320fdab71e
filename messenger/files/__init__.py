"""Files in messages: uploads that survive a break, contents judged and cleaned, access, sweeping."""
