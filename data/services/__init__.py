"""One verb, one function, one transaction; idempotent by request key."""
