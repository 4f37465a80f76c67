insmod block_request.ko
sleep 0.05
dd if=/dev/wqdisk of=/dev/null bs=4k count=2 iflag=direct
sleep 0.05
dd if=/dev/wqdisk of=/dev/null bs=4k count=1 skip=4 iflag=direct
sleep 0.05
rmmod block_request
dmesg | tail -3
