"""Which model serves: versions, aliases and every change of them, in MLflow's registry."""
