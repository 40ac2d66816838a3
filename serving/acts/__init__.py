"""What people do: each act checked, stored and audited in one transaction of the caller's."""
