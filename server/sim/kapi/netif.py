"""<linux/netdevice.h>, <linux/rtnetlink.h>: the functions of network devices; `server/sim/net/` has their behaviour."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from server.sim.kapi.registry import kernel

if TYPE_CHECKING:
    from server.sim.kernel import Kernel

HEADER = ""
Step = Generator[object, None, None]
Answer = Generator[object, None, int]
MASK = (1 << 64) - 1


@kernel("struct net *__wq_init_net(void)")
def init_net(k: Kernel) -> int:
    """init_net: the one network namespace."""
    return k.net.net


@kernel("void rtnl_lock(void)", may_sleep=True)
def rtnl_lock(k: Kernel) -> Step:
    """Take the mutex under which network devices change."""
    yield from k.net.rtnl_lock()


@kernel("void rtnl_unlock(void)", may_sleep=True)
def rtnl_unlock(k: Kernel) -> Step:
    """Give rtnl_mutex back; devices that were unregistered under it are gone when this returns."""
    yield from k.net.rtnl_unlock()


@kernel("int rtnl_trylock(void)")
def rtnl_trylock(k: Kernel) -> int:
    """Take rtnl_mutex if it is free."""
    return int(k.locks.mutex_trylock(k.net.rtnl))


@kernel("int rtnl_is_locked(void)")
def rtnl_is_locked(k: Kernel) -> int:
    """Whether somebody holds rtnl_mutex."""
    return int(k.locks.mutex_is_locked(k.net.rtnl))


@kernel("int __wq_register_netdevice(struct net_device *dev, void (*freed)(struct net_device *))", may_sleep=True)
def register_netdevice(k: Kernel, dev: int, freed: int) -> Answer:
    """register_netdevice(): the device has a name, can be seen and opened."""
    return (yield from k.net.register(dev, freed))


@kernel("void unregister_netdevice(struct net_device *dev)", may_sleep=True)
def unregister_netdevice(k: Kernel, dev: int) -> Step:
    """Take a device down and away, under rtnl_mutex."""
    yield from k.net.unregister(dev)


@kernel("int __wq_dev_open(struct net_device *dev)", may_sleep=True)
def dev_open(k: Kernel, dev: int) -> Answer:
    """dev_open(): up, as `ip link set NAME up` does, under rtnl_mutex."""
    return (yield from k.net.open(dev))


@kernel("void dev_close(struct net_device *dev)", may_sleep=True)
def dev_close(k: Kernel, dev: int) -> Step:
    """Take a device down, under rtnl_mutex."""
    yield from k.net.close(dev)


@kernel("int dev_set_mtu(struct net_device *dev, int mtu)", may_sleep=True)
def dev_set_mtu(k: Kernel, dev: int, mtu: int) -> Answer:
    """Change the greatest packet of a device, under rtnl_mutex."""
    return (yield from k.net.set_mtu(dev, mtu))


@kernel("struct net_device *__dev_get_by_name(struct net *net, const char *name)")
@kernel("struct net_device *dev_get_by_name(struct net *net, const char *name)")
@kernel("struct net_device *dev_get_by_name_rcu(struct net *net, const char *name)")
def dev_get_by_name(k: Kernel, net: int, name: int) -> int:
    """The device of a name, NULL if there is none."""
    return k.net.by_name.get(k.mem.cstr(name).decode("utf-8", "replace"), 0)


@kernel("struct net_device *__dev_get_by_index(struct net *net, int ifindex)")
@kernel("struct net_device *dev_get_by_index(struct net *net, int ifindex)")
def dev_get_by_index(k: Kernel, net: int, ifindex: int) -> int:
    """The device of a number, NULL if there is none."""
    return k.net.by_index(ifindex)


@kernel("int register_netdevice_notifier(struct notifier_block *nb)", may_sleep=True)
def register_netdevice_notifier(k: Kernel, nb: int) -> Answer:
    """Be told of network devices: of those that are there at once, of others as they come, go up and down."""
    yield from k.net.register_notifier(nb)
    return 0


@kernel("int unregister_netdevice_notifier(struct notifier_block *nb)", may_sleep=True)
def unregister_netdevice_notifier(k: Kernel, nb: int) -> Answer:
    """No longer be told of network devices."""
    return (yield from k.net.unregister_notifier(nb))


@kernel("void netif_carrier_on(struct net_device *dev)")
def netif_carrier_on(k: Kernel, dev: int) -> None:
    """The link is there."""
    k.net.set_carrier(dev, True)


@kernel("void netif_carrier_off(struct net_device *dev)")
def netif_carrier_off(k: Kernel, dev: int) -> None:
    """The link is gone."""
    k.net.set_carrier(dev, False)


@kernel("int dev_queue_xmit(struct sk_buff *skb)")
def dev_queue_xmit(k: Kernel, skb: int) -> Answer:
    """Send a packet by its device: through its queue to the driver."""
    return (yield from k.net.transmit.queue_xmit(skb))


@kernel("void __wq_netif_schedule(struct net_device *dev)")
def netif_schedule(k: Kernel, dev: int) -> None:
    """netif_wake_queue(): the device's queue goes on in NET_TX_SOFTIRQ."""
    k.net.transmit.schedule(dev)


@kernel("int netif_rx(struct sk_buff *skb)")
def netif_rx(k: Kernel, skb: int) -> Answer:
    """Hand a received packet to the backlog of this CPU; NET_RX_SOFTIRQ delivers it."""
    return (yield from k.net.napi.netif_rx(skb))


@kernel("int netif_receive_skb(struct sk_buff *skb)")
def netif_receive_skb(k: Kernel, skb: int) -> Answer:
    """Deliver a received packet here and now, in softirq context."""
    return (yield from k.net.receive.receive_skb(skb))


@kernel("void dev_add_pack(struct packet_type *pt)")
def dev_add_pack(k: Kernel, pt: int) -> None:
    """Have a function get all packets of a type."""
    k.net.receive.add_pack(pt)


@kernel("void dev_remove_pack(struct packet_type *pt)", may_sleep=True)
def dev_remove_pack(k: Kernel, pt: int) -> Step:
    """No longer get packets; the function runs nowhere when this returns."""
    yield from k.net.receive.remove_pack(pt)


@kernel("bool napi_schedule_prep(struct napi_struct *n)")
def napi_schedule_prep(k: Kernel, n: int) -> int:
    """Whether to call __napi_schedule(): not while it is scheduled or disabled."""
    k.charge("call")
    return int(k.net.napi.schedule_prep(n))


@kernel("void __napi_schedule(struct napi_struct *n)")
def __napi_schedule(k: Kernel, n: int) -> None:
    """Have the poll function called in NET_RX_SOFTIRQ of this CPU."""
    k.charge("call")
    k.net.napi.schedule(n)


@kernel("bool napi_complete_done(struct napi_struct *n, int work_done)")
def napi_complete_done(k: Kernel, n: int, work_done: int) -> int:
    """The poll function has found all: no longer scheduled. False if it is to be polled again."""
    k.charge("call")
    return int(k.net.napi.complete_done(n))


@kernel("void napi_enable(struct napi_struct *n)", may_sleep=True)
def napi_enable(k: Kernel, n: int) -> Step:
    """Let a NAPI instance be scheduled."""
    k.charge("call")
    yield from k.net.napi.enable(n)


@kernel("void napi_disable(struct napi_struct *n)", may_sleep=True)
def napi_disable(k: Kernel, n: int) -> Step:
    """Wait until a NAPI instance is polled no more, and keep it from being scheduled."""
    yield from k.net.napi.disable(n)
