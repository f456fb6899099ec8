"""Every spatial function of Pilji beside PostGIS, and its coordinate systems beside PROJ: `make agreement`."""
