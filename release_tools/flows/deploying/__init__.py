"""What operators do to what runs: upgrade, rollback, and the doctor's examination."""
