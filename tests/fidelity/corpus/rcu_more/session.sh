insmod rcu_more.ko
rmmod rcu_more
dmesg | grep rcu_more:
