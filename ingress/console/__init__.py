"""What finance people see: pages made on the server, quick, without a build step or other hosts."""
