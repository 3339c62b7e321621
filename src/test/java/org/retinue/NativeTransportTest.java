package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The native library of Netty fits its classes: their versions are set separately in pom.xml. */
class NativeTransportTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void epollIsAvailable() {
        assertThat(Epoll.unavailabilityCause()).isNull();
    }
}
