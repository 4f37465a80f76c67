"""Block devices (block/): disks, bios, and the multi-queue layer between them and a driver."""
