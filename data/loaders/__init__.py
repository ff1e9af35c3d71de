"""From a file to rows: read, rename, validate, convert, locate, upsert, ledger; the order is in `pipeline`."""
