"""ECharts options, as pure functions over figures."""
