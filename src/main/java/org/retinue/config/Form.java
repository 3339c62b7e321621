package org.retinue.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/** What the value of a setting has to look like. */
@FunctionalInterface
interface Form {

    Pattern HOST_NAME = Pattern.compile("\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /** Scheme, host and port, without a path: as browsers send it. */
    Pattern ORIGIN = Pattern.compile("\\*|[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?");

    /**
     * Looks at a value, without spaces around it and not blank.
     *
     * @throws SettingsException when it is not of this form: a sentence for an operator, which names the variable
     *     and no secret
     */
    void require(String variable, String value);

    /** Anything. */
    static Form any() {
        return (variable, value) -> {};
    }

    /** A whole number. */
    static Form number(long least, long most) {
        return (variable, value) -> {
            try {
                long number = Long.parseLong(value);
                if (least <= number && number <= most) {
                    return;
                }
            } catch (NumberFormatException noNumber) {
                // the same answer as for one that is too large
            }
            throw new SettingsException(
                    variable + " should be a number from " + least + " to " + most + ", but it is " + value);
        };
    }

    /** Where something is asked over HTTP. */
    static Form url() {
        return (variable, value) -> {
            try {
                URI url = new URI(value);
                if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                    return;
                }
            } catch (URISyntaxException noUrl) {
                // the same answer as for a URL of another kind
            }
            throw new SettingsException(
                    variable + " should be a URL such as http://collector:4318, but it is " + value);
        };
    }

    /** Host names with commas between, or an asterisk for any. */
    static Form hosts() {
        return (variable, value) -> {
            for (String name : value.split(",", -1)) {
                if (!name.isBlank() && !HOST_NAME.matcher(name.strip()).matches()) {
                    throw new SettingsException(variable + " should be host names without ports and commas between, "
                            + "such as retinue,retinue.example.com, but it has " + name.strip());
                }
            }
        };
    }

    /** Origins of web pages with commas between, or an asterisk for any. */
    static Form origins() {
        return (variable, value) -> {
            for (String origin : value.split(",", -1)) {
                if (!origin.isBlank() && !ORIGIN.matcher(origin.strip()).matches()) {
                    throw new SettingsException(variable + " should be origins with commas between, such as "
                            + "https://app.example.com,http://localhost:3000, but it has " + origin.strip());
                }
            }
        };
    }

    /** An address of this machine, or all of them. */
    static Form ownAddress() {
        return (variable, value) -> {
            try {
                InetAddress address = InetAddress.getByName(value);
                if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
                    throw new SettingsException(variable + " should be an address of this machine, but it is " + value);
                }
            } catch (IOException unknown) {
                throw new SettingsException(
                        variable + " should be an address of this machine, but there is no host " + value);
            }
        };
    }

    /** A port to listen on; 0 for any that is free. */
    static Form port() {
        Form number = number(0, 65_535);
        return (variable, value) -> {
            if (value.startsWith("tcp://")) {
                throw new SettingsException(variable + " is " + value + ", as Kubernetes sets it for a service of"
                        + " that name: set enableServiceLinks: false in the pod");
            }
            number.require(variable, value);
        };
    }

    /** One of a few words. */
    static Form oneOf(String... words) {
        return (variable, value) -> {
            if (!List.of(words).contains(value)) {
                throw new SettingsException(variable + " should be "
                        + String.join(", ", List.of(words).subList(0, words.length - 1)) + " or "
                        + words[words.length - 1] + ", but it is " + value);
            }
        };
    }
}
