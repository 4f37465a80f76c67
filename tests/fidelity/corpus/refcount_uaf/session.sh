insmod refcount_uaf.ko
rmmod refcount_uaf
