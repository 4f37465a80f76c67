"""The platform bus without hardware: devices that a module registers meet drivers of their name.

drivers/base/{platform,dd}.c: really_probe() calls the driver's probe function; its failure leaves the device without
a driver; removing either calls remove(), then what devm_* has gathered is undone, newest first.
"""

from __future__ import annotations

from server.sim.views.cstruct import (
    DEVICE_DRIVER,
    DEVICE_RELEASE,
    DRIVER_PM,
    PDEV_DEVICE,
    PDEV_ID,
    PDEV_NAME,
    PDRV_DRIVER,
    PDRV_PROBE,
    PDRV_REMOVE,
    PDRV_RESUME,
    PDRV_SUSPEND,
    PDRV_TABLE,
    PM_RESUME,
    PM_SUSPEND,
    signed,
)
from server.sim.views.protocol import Blocking
from server.sim.views.sysfs import Sysfs

EEXIST, EBUSY, EPROBE_DEFER, ENODEV, ENXIO = 17, 16, 517, 19, 6
ID_NONE, ID_AUTO = -1, -2
ID_SIZE = 32  # struct platform_device_id: name[20], driver_data
IDS_MAX = 256


class PlatformBus(Sysfs):
    """Devices and drivers by address, in the order in which they came."""

    def start(self) -> None:
        """None at boot."""
        super().start()
        self.platform_devices: dict[int, str] = {}
        self.platform_drivers: dict[int, str] = {}
        self._autos = 0
        self._suspended: list[int] = []

    def platform_device_add(self, pdev: int) -> Blocking:
        """platform_device_add: 0 or -errno; a driver that is there is probed."""
        mem = self.k.mem
        base = self._text(mem.load(pdev + PDEV_NAME, 8))
        number = signed(mem.load(pdev + PDEV_ID, 4), 32)
        if number == ID_AUTO:
            number, name = self._autos, f"{base}.{self._autos}.auto"
            self._autos += 1
            mem.store(pdev + PDEV_ID, 4, number)
        else:
            name = base if number == ID_NONE else f"{base}.{number}"
        device = pdev + PDEV_DEVICE
        error = self.device_add(device, "", self.platform_root, name)
        if error:
            return error
        self.link(f"/sys/bus/platform/devices/{name}", self.paths[device])
        self.platform_devices[pdev] = base
        for driver in list(self.platform_drivers):
            if self._match(pdev, driver):
                yield from self._probe(pdev, driver)
                break
        return 0

    @property
    def platform_root(self) -> int:
        """/sys/devices/platform."""
        return self.named_kobject("devices/platform")

    def _match(self, pdev: int, driver: int) -> bool:
        """platform_match: by the driver's table of names, else by its name."""
        mem = self.k.mem
        name = self.platform_devices[pdev]
        table = mem.load(driver + PDRV_TABLE, 8)
        for index in range(IDS_MAX if table else 0):
            entry = table + ID_SIZE * index
            known = self._text(entry)
            if not known:
                return False
            if known == name:
                return True
        return name == self.platform_drivers[driver]

    def _probe(self, pdev: int, driver: int) -> Blocking:
        k = self.k
        device = pdev + PDEV_DEVICE
        k.mem.store(device + DEVICE_DRIVER, 8, driver + PDRV_DRIVER)
        function = k.mem.load(driver + PDRV_PROBE, 8)
        error = signed((yield from k.ccall(function, pdev)), 32) if function else 0
        if not error:
            return 0
        yield from self._undo(device)
        k.mem.store(device + DEVICE_DRIVER, 8, 0)
        if error not in (-ENODEV, -ENXIO, -EPROBE_DEFER):
            name, by = self.name_of(device), self.platform_drivers[driver]
            k.printk.log(4, f"{by} {name}: probe with driver {by} failed with error {error}")
        return error

    def _undo(self, device: int) -> Blocking:
        """devres_release_all: memory and actions, newest first."""
        for what, address, argument in reversed(self.managed.pop(device, [])):
            if what == "memory":
                self.k.mem.free(address)
            elif what == "irq":
                yield from self.k.irq.free_irq(address, argument)
            else:
                yield from self.k.ccall(address, argument)

    def _unbind(self, pdev: int) -> Blocking:
        """device_release_driver."""
        mem = self.k.mem
        device = pdev + PDEV_DEVICE
        driver = mem.load(device + DEVICE_DRIVER, 8)
        if not driver:
            return
        function = mem.load(driver - PDRV_DRIVER + PDRV_REMOVE, 8)
        if function:
            yield from self.k.ccall(function, pdev)
        yield from self._undo(device)
        mem.store(device + DEVICE_DRIVER, 8, 0)

    def platform_device_del(self, pdev: int) -> Blocking:
        """platform_device_del: its driver's remove function, then its name goes."""
        if pdev not in self.platform_devices:
            return
        yield from self._unbind(pdev)
        del self.platform_devices[pdev]
        yield from self.device_remove(pdev + PDEV_DEVICE)

    def platform_device_unregister(self, pdev: int) -> Blocking:
        """platform_device_unregister: platform_device_del, then the device's release function."""
        if pdev not in self.platform_devices:
            return
        device = pdev + PDEV_DEVICE
        name = self.name_of(device)
        yield from self.platform_device_del(pdev)
        release = self.k.mem.load(device + DEVICE_RELEASE, 8)
        if release:
            yield from self.k.ccall(release, device)
        else:
            self.k.printk.log(3, f"Device '{name}' does not have a release() function, it is broken and must be fixed. "
                                 "See Documentation/core-api/kobject.rst.")  # fmt: skip

    def platform_driver_register(self, driver: int) -> Blocking:
        """__platform_driver_register: 0 or -errno; devices of its name are probed."""
        name = self._text(self.k.mem.load(driver + PDRV_DRIVER, 8))
        path = f"/sys/bus/platform/drivers/{name}"
        if not self.mkdir(path):
            self.k.printk.log(3, f"Error: Driver '{name}' is already registered, aborting...")
            return -EBUSY
        self.paths[driver + PDRV_DRIVER] = path
        self.platform_drivers[driver] = name
        for pdev in list(self.platform_devices):
            bound = self.k.mem.load(pdev + PDEV_DEVICE + DEVICE_DRIVER, 8)
            if not bound and self._match(pdev, driver):
                yield from self._probe(pdev, driver)
        return 0

    def platform_driver_unregister(self, driver: int) -> Blocking:
        """platform_driver_unregister."""
        if driver not in self.platform_drivers:
            return
        for pdev in list(self.platform_devices):
            if self.k.mem.load(pdev + PDEV_DEVICE + DEVICE_DRIVER, 8) == driver + PDRV_DRIVER:
                yield from self._unbind(pdev)
        del self.platform_drivers[driver]
        self._forget(f"/sys/bus/platform/drivers/{self._text(self.k.mem.load(driver + PDRV_DRIVER, 8))}")

    # ---- suspend ---------------------------------------------------------------------------------

    def _pm_function(self, pdev: int, at: int, legacy: int) -> tuple[int, int]:
        """A driver's function for a device, and its argument: of its dev_pm_ops, or of the platform driver itself."""
        mem = self.k.mem
        driver = mem.load(pdev + PDEV_DEVICE + DEVICE_DRIVER, 8)
        if not driver:
            return 0, 0
        pm = mem.load(driver + DRIVER_PM, 8)
        function = mem.load(pm + at, 8) if pm else 0
        return (function, pdev + PDEV_DEVICE) if function else (mem.load(driver - PDRV_DRIVER + legacy, 8), pdev)

    def suspend_devices(self) -> Blocking:
        """dpm_suspend: newest first, up to the first that refuses: 0 or its -errno."""
        self._suspended = []
        for pdev in reversed(self.platform_devices):
            function, argument = self._pm_function(pdev, PM_SUSPEND, PDRV_SUSPEND)
            error = signed((yield from self.k.ccall(function, argument, 2)), 32) if function else 0
            if error:
                name = self.name_of(pdev + PDEV_DEVICE)
                device = f"{self.platform_devices[pdev]} {name}"
                self.k.printk.log(3, f"{device}: PM: dpm_run_callback(): platform_pm_suspend returns {error}")
                self.k.printk.log(3, f"{device}: PM: failed to suspend: error {error}")
                self.k.printk.log(3, "PM: Some devices failed to suspend, or early wake event detected")
                return error
            self._suspended.append(pdev)
        return 0

    def resume_devices(self) -> Blocking:
        """dpm_resume: those that were suspended, in the order in which they came."""
        for pdev in reversed(self._suspended):
            function, argument = self._pm_function(pdev, PM_RESUME, PDRV_RESUME)
            if function:
                yield from self.k.ccall(function, argument)
        self._suspended = []

    def devm_irq(self, device: int, irq: int, dev_id: int) -> None:
        """devm_request_irq: a line that is given back when the driver leaves the device."""
        self.managed.setdefault(device, []).append(("irq", irq, dev_id))

    def devm_action(self, device: int, function: int, argument: int) -> None:
        """devm_add_action: a function of the module, called when the driver leaves the device."""
        self.managed.setdefault(device, []).append(("action", function, argument))
