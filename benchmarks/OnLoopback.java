import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Starts DynamoDB Local with its own arguments, bound to 127.0.0.1 instead of to every interface.
 *
 * It has no option for the address, so the host of its connectors is set before it starts. Nothing
 * else differs from its own main: the server, the handlers and the store are the same objects. Its
 * classes are looked up by name, since version 3 moved them to another package.
 */
public final class OnLoopback {
    private static final String[] RUNNERS = {
        "software.amazon.dynamodb.services.local.main.ServerRunner",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
    };

    private OnLoopback() {}

    public static void main(String[] arguments) throws Exception {
        Object local =
                runner().getMethod("createServerFromCommandLineArgs", String[].class)
                        .invoke(null, (Object) arguments);
        Field field = local.getClass().getDeclaredField("server");
        field.setAccessible(true);
        for (Connector connector : ((Server) field.get(local)).getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        local.getClass().getMethod("start").invoke(local);
        local.getClass().getMethod("join").invoke(local);
    }

    private static Class<?> runner() throws ClassNotFoundException {
        for (String name : RUNNERS) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException absent) {
                continue;
            }
        }
        throw new ClassNotFoundException(String.join(" and ", RUNNERS));
    }
}
