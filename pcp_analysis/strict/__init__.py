"""What every room reads with: faults with their place, values, TOML, CSV, files and near names. It knows no police."""
