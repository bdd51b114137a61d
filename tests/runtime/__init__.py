"""What the workflow port promises, tried on SpiffWorkflow."""
