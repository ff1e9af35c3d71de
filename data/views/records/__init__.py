"""The records of a module's tables as screens, REST and exports list them, each row to its file and line."""
