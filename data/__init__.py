"""What the town knows: rules, tables, services, views and loaders."""
