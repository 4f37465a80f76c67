insmod mod_variants.ko
sleep 1
rmmod mod_variants
dmesg | grep mod_variants:
