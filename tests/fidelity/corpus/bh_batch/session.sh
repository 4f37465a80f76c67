insmod bh_batch.ko
sleep 1
rmmod bh_batch
dmesg | grep bh_batch:
