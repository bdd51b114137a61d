"""What people see in a browser: server-rendered pages, one subject a file."""
