"""The pages of payments: what is due in a case, its receipt, and the report by day and branch."""
