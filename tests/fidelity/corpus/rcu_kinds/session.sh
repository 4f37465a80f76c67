insmod rcu_kinds.ko
sleep 1
rmmod rcu_kinds
dmesg | grep rcu_kinds:
